// What every page may use: form behaviours, copying a digest, following a long job.
import { Button, CharacterCount, Checkboxes, createAll, ErrorSummary, Radios } from "../vendor/govuk-frontend.js";
import { offerCopying } from "./copy.js";
import { followProgress } from "./upload-progress.js";

for (const behaviour of [Button, CharacterCount, Checkboxes, ErrorSummary, Radios]) createAll(behaviour);
offerCopying(document);
followProgress(document);
