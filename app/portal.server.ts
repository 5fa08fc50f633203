/** Who is asking, in the portal: a login of its own, and memberships of our own. */
import { redirectDocument } from "@remix-run/node";
import type { Database } from "#app/data/database.server.ts";
import { type Front, PERSON, type PortalDoor, type Role, refusal } from "./front.server.ts";

/** A login provider. `whoIs` answers the provider's own id of the person, or null when nobody is signed in. */
export type PortalLogin = {
  whoIs: (request: Request) => Promise<{ externalUserId: string /** Of this sign-in, in this browser. */; sessionId: string } | null>;
  signInPath: string;
  signOutPath: string;
};

type MembershipRow = { user_id: string; name: string; seller_id: string; seller_name: string; role: Role };

export function createPortalFront(options: { login: PortalLogin; db: Database }): PortalDoor {
  const { login, db } = options;
  return {
    actsByCookie: true,
    signInPath: login.signInPath,
    signOutPath: login.signOutPath,
    async enter(request) {
      const who = await login.whoIs(request);
      if (!who) throw redirectDocument(`${login.signInPath}?back=${encodeURIComponent(pathOf(request))}`);
      const rows = await db.plain.query<MembershipRow>("select * from door_memberships($1)", [who.externalUserId]);
      // A person with several sellers sees the oldest; choosing comes with the accounts issue.
      const [member] = rows;
      if (!member) throw refusal(403, "no-seller");
      return frontOf(member, who.sessionId);
    },
  };
}

function frontOf(member: MembershipRow, sessionId: string): Front {
  const linkTo = (path: string) => `/portal${path === "/" ? "" : path}`;
  return {
    base: "/portal",
    seller: { id: member.seller_id, name: member.seller_name },
    actorKey: `${PERSON}${member.user_id}`,
    actorLabel: member.name,
    role: member.role,
    sessionKey: `portal:${member.user_id}:${sessionId}`,
    join: { side: "makes" },
    landingFor: linkTo,
    comeBackTo: linkTo,
    redirect: (path) => new Response(null, { status: 302, headers: { Location: linkTo(path) } }),
    linkTo,
  };
}

function pathOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return pathname + search;
}
