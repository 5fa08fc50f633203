import { Form, Link } from "@remix-run/react";
import { BlockStack, Card } from "@shopify/polaris";
import type { MoveState } from "#app/domain/account-move.ts";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

export type Move = { name: string; state: MoveState; offeredUntil: Date; dueAt: Date | null; connectionId: string | null };

/** The asker's side: what asking means, how it stands, what can be done. */
export function MoveCard({ move }: { move: Move }) {
  const words = useTexts().leaving.move;
  const format = useFormat();
  const { name } = move;
  const at = move.dueAt === null ? "" : format.clock(move.dueAt);
  return (
    <Card>
      <BlockStack gap="300">
        <p role="status" suppressHydrationWarning>
          {words.states[move.state]({ name, at })}
        </p>
        {move.state === "offered" && (
          <>
            <ul className="plain-points">
              {words.points.map((point) => (
                <li key={point}>{point}</li>
              ))}
            </ul>
            <p className="quiet">{words.offeredUntil({ at: format.time(move.offeredUntil) })}</p>
          </>
        )}
        <Acts move={move} />
      </BlockStack>
    </Card>
  );
}

function Acts({ move }: { move: Move }) {
  const words = useTexts().leaving.move;
  const front = useFront();
  switch (move.state) {
    case "offered":
      return (
        <Form method="post" className="acts">
          <button type="submit" name="do" value="ask" className="act" disabled={!front.mayChange}>
            {words.ask}
          </button>
          <button type="submit" name="do" value="drop" className="chip" disabled={!front.mayChange}>
            {words.decline}
          </button>
        </Form>
      );
    case "asked":
      return (
        <Form method="post" className="acts">
          <button type="submit" name="do" value="drop" className="chip" disabled={!front.mayChange}>
            {words.withdraw}
          </button>
        </Form>
      );
    case "dead":
    case "dropped":
      return (
        <div className="acts">
          <Link className="act" to={front.to("/channels/connect")}>
            {words.again}
          </Link>
        </div>
      );
    case "moved":
      return move.connectionId === null ? null : (
        <div className="acts">
          <Link className="act" to={front.to(`/channels/${move.connectionId}/setup`)}>
            {words.setUp}
          </Link>
        </div>
      );
    case "asking":
    case "moving":
    case "kept":
    case "busy":
    case "support":
      return null;
    default: {
      const never: never = move.state;
      return never;
    }
  }
}
