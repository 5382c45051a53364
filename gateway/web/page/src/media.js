/** What the sound of any call in a browser needs. */

/** Handlers of a JsSIP session's events: its offer or answer is one that Asterisk understands, and it is heard. */
export function media(sound) {
  return {
    sdp: (told) => {
      if (told.originator === "local") told.sdp = withAddresses(told.sdp);
    },
    peerconnection: ({ peerconnection }) => {
      peerconnection.addEventListener("track", ({ streams }) => {
        sound.srcObject = streams[0];
        sound.play().catch(() => {});
      });
    },
  };
}

/** Give the microphone back; the browser's lamp goes out. */
export function free(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * A browser that hides its addresses writes 0.0.0.0, which Asterisk takes for a hold from the first second; and names in
 * its candidates, which Asterisk cannot read: its own checks all fail at once, and unless the browser's had come within
 * some 100 ms it gave ICE up, and the call stayed without sound. Any address will do instead: the browser's checks tell
 * where it is, and until they come Asterisk goes on to check.
 */
export function withAddresses(sdp) {
  return sdp.replace(/c=IN IP4 0\.0\.0\.0/g, "c=IN IP4 127.0.0.1")
    .replace(/^(a=candidate:(?:\S+ ){4})\S+\.local /gm, "$1127.0.0.1 ");
}
