import { index, type RouteConfig, type RouteConfigEntry, route } from "@remix-run/route-config";

declare module "@remix-run/server-runtime" {
  // With it, loader data keeps its types (dates stay dates) on the way to the page.
  interface Future {
    v3_singleFetch: true;
  }
}

/** Every screen once, under both fronts; the same file twice needs an id of its own each time. */
const screens = (front: "app" | "portal"): RouteConfigEntry[] => {
  const at = (path: string, file: string) => route(path, file, { id: `${front}/${path}` });
  return [
    index("screens/home.tsx", { id: `${front}/home` }),
    at("inventory", "screens/inventory.tsx"),
    at("inventory/matching", "screens/matching.tsx"),
    at("inventory/file", "screens/stock-file.tsx"),
    at("inventory/counts.csv", "routes/count-sheet.ts"),
    at("inventory/items/:itemId", "screens/item.tsx"),
    at("channels", "screens/channels.tsx"),
    at("channels/connect", "screens/connect.tsx"),
    at("channels/moves/:moveId", "screens/move.tsx"),
    at("channels/connect/:attemptId", "screens/connect-attempt.tsx"),
    at("channels/:connectionId", "screens/channel.tsx"),
    at("channels/:connectionId/setup/:step?", "screens/setup.tsx"),
    at("channels/:connectionId/locations", "screens/places.tsx"),
    at("channels/:connectionId/leave", "screens/leave.tsx"),
    at("channels/:connectionId/statement.csv", "routes/statement.ts"),
    at("channels/:connectionId/preview", "screens/preview.tsx"),
    at("activity", "screens/activity.tsx"),
    at("activity/restore", "screens/restore.tsx"),
    at("activity/stock-at", "screens/stock-at.tsx"),
    at("activity/stock-at.csv", "routes/stock-at-file.ts"),
    at("settings", "screens/settings.tsx"),
    at("rules", "screens/rules.tsx"),
    at("rules/rush", "screens/rush.tsx"),
    at("rules/effect", "routes/rule-effect.ts"),
    at("rules/:ruleId", "screens/rule.tsx"),
    at("activity/held/:holdId", "screens/held.tsx"),
    at("activity/oversells", "screens/oversells.tsx"),
    at("activity/oversells/:caseId", "screens/oversell.tsx"),
    at("analytics/exposure", "screens/exposure.tsx"),
    at("analytics/exposure.csv", "routes/exposure-file.ts"),
    at("changes/:previewId", "screens/plan.tsx"),
    at("changes/:previewId/rows.csv", "routes/preview-file.ts"),
    at("channels/:connectionId/preview.csv", "routes/preview-file.ts"),
    at("why/:quantityId", "routes/why.ts"),
    at("stock", "routes/stock.ts"),
    at("tags", "routes/tags.ts"),
    at("writing", "routes/writing.ts"),
    at("moves", "routes/moves.ts"),
    at("live", "routes/live.ts"),
    at("*", "routes/nothing-here.tsx"),
  ];
};

export default [
  index("routes/landing.tsx"),
  route("app/welcome", "routes/welcome.tsx"),
  route("app", "routes/app.tsx", screens("app")),
  route("portal", "routes/portal.tsx", screens("portal")),
  route("connect/returned", "routes/connect-returned.tsx"),
  route("auth/login", "routes/auth-login.tsx"),
  route("auth/*", "routes/auth.ts"),
  route("*", "routes/no-such-page.tsx"),
] satisfies RouteConfig;
