/** What the sound of any call in a browser needs. */

/** Handlers of a JsSIP session's events: its offer or answer is one that Asterisk understands, and it is heard. */
export function media(sound) {
  return {
    sdp: (told) => {
      // A browser that hides its addresses writes 0.0.0.0 here, which Asterisk takes for a hold from the first second;
      // where the sound goes is found by ICE, so that any address will do.
      if (told.originator === "local") told.sdp = told.sdp.replace(/c=IN IP4 0\.0\.0\.0/g, "c=IN IP4 127.0.0.1");
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
