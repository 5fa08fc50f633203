/** Every word a seller reads, in English. Another language is an object of the same shape (`Texts`). */
import { activity } from "./en-activity.ts";
import { channels } from "./en-channels.ts";
import { connect } from "./en-connect.ts";
import { exposure } from "./en-exposure.ts";
import { frame } from "./en-frame.ts";
import { held } from "./en-held.ts";
import { home } from "./en-home.ts";
import { inventory } from "./en-inventory.ts";
import { leaving } from "./en-leaving.ts";
import { limits } from "./en-limits.ts";
import { matching } from "./en-matching.ts";
import { numbers } from "./en-numbers.ts";
import { oversell } from "./en-oversell.ts";
import { places } from "./en-places.ts";
import { preview } from "./en-preview.ts";
import { restore } from "./en-restore.ts";
import { rules } from "./en-rules.ts";
import { settings } from "./en-settings.ts";
import { sight } from "./en-sight.ts";
import { stockAt } from "./en-stock-at.ts";
import { stockFile } from "./en-stock-file.ts";
import { tags } from "./en-tags.ts";
import { welcome } from "./en-welcome.ts";

export const en = {
  frame,
  home,
  inventory,
  matching,
  numbers,
  channels,
  preview,
  rules,
  activity,
  restore,
  stockAt,
  tags,
  connect,
  held,
  leaving,
  welcome,
  settings,
  limits,
  places,
  sight,
  stockFile,
  oversell,
  exposure,
};
export type Texts = typeof en;
