/** `npm run build` makes the production build; `npm run build -- demo` the one that `npm start` runs. */
import { buildOf } from "./build-plan.ts";
import { sayAndExit } from "./plain-failure.ts";
import { runBuild } from "./run-build.ts";

const plan = buildOf(process.argv[2]);
const startedAt = Date.now();
await runBuild(plan).catch(sayAndExit);
console.log(
  `Built ${Object.keys(plan.entries).join(", ")} and the pages into ${plan.folder}/ in ${Math.round((Date.now() - startedAt) / 1000)} s.`,
);
