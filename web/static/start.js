// Everything works without this; it only makes it nicer to use.
import { initAll as startGovuk } from "./govuk-frontend.min.js";
import { initAll as startMoj } from "./moj-frontend.min.js";
import { watchVisit } from "./ends.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
startGovuk();
startMoj();
watchVisit();
