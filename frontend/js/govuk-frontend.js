// The behaviours our form macros need, and no others.
export { createAll, Button, CharacterCount, Checkboxes, ErrorSummary, Radios } from "govuk-frontend/dist/govuk/all.mjs";
