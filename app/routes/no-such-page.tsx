import { refusal } from "#app/front.server.ts";

/** Any address that is nobody's. Without a route for it Remix prints the whole address, query included, past our log. */
export function loader(): never {
  throw refusal(404, "not-found");
}

export default function NoSuchPage() {
  return null;
}
