/** The keypad, by pointer and by the keyboard's own digits. */

import { element } from "./element.js";
import { tell } from "./dialog.js";
import { inFrame } from "./frame.js";

const KEYS = "123456789*0#";

export function keypad(press) {
  const pressed = element("output", { class: "pressed", "aria-live": "polite" });
  const one = (key) => {
    press(key);
    pressed.textContent += key;
  };
  const keys = [...KEYS].map((key) =>
    element("button", { type: "button", class: "button key", text: key, on: { click: () => one(key) } }),
  );
  const body = element("div", { class: "keypad" }, pressed, ...keys);
  const typed = (event) => {
    if (!KEYS.includes(event.key)) return;
    event.preventDefault();
    one(event.key);
  };
  addEventListener("keydown", typed);
  tell("call.keypad", body).then(() => removeEventListener("keydown", typed));
  inFrame(() => keys[0].focus());
}
