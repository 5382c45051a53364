/** A telephone number as it is read aloud. */

/** Groups of three and four, as numbers are told here; what is no number of this form stays as it is. */
const MOBILE = /^\+62(8\d\d)(\d{3,4})(\d{3,5})$/;
const JAKARTA = /^\+6221(\d{3,4})(\d{4})$/;
const OTHER = /^\+62(\d{3})(\d{3})(\d{3,5})$/;

/** @param number E.164; none: "". */
export function spoken(number) {
  const text = String(number ?? "");
  return text
    .replace(MOBILE, "+62 $1-$2-$3")
    .replace(JAKARTA, "+62 21-$1-$2")
    .replace(OTHER, "+62 $1-$2-$3");
}
