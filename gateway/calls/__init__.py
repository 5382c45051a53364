"""What a desk does with calls beyond answering them: duty, other agencies beside it, moving, listening.

It only begins things; what must hold whoever dies midway is in the dialplan (asterisk_conf/calls.conf.j2).
"""
