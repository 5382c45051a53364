// What the desk's page starts with. esbuild follows the imports from here; styles imported here become its style sheet.
import JsSIP from "jssip";
import L from "leaflet";
import "leaflet/dist/leaflet.css";

// For the tests of browser and map, until modules of their own use them.
window.desk = { JsSIP, L };
