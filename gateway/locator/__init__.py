"""The locator: what the edge copied of calls becomes evidence, beside the calls; locations by reference are fetched.

hep.py         the edge's copies as they come (HEP version 3)
receiver.py    takes them from the network into the journal, in this order and no other: kept, then understood
capture.py     a copied request, and the entry that keeps it until its call is known
sip_request.py, body.py    what stands in a raw SIP request, however odd
reading.py     what a request says of where its caller is
joining.py     whose call it is: its claims go to that incident's timeline
references.py  fetches what is told by reference, and once more while the call lives
command.py     the process
"""
