/** The focus stays in its part when what had it is hidden: at the page's top a keyboard would begin anew. */

/**
 * @param part what is drawn.
 * @param draw hides and shows in it.
 * @param where what is to have the focus instead; the first thing that can be pressed where nothing else is said.
 */
export function keepFocus(part, draw, where = () => firstOf(part) ?? part) {
  const had = part.contains(document.activeElement) && document.activeElement;
  draw();
  if (!had || had.checkVisibility()) return;
  const { activeElement } = document;
  if (activeElement === had || activeElement === document.body) where().focus();
}

function firstOf(part) {
  return [...part.querySelectorAll("button:not([disabled])")].find((each) => each.checkVisibility());
}
