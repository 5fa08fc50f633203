import { BlockStack, Card } from "@shopify/polaris";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";
import { KeepHere } from "./keep-here.tsx";

/** On the channel's page: somebody asked for this account, and until when one word keeps it. */
export function MoveNotice({ notice }: { notice: { id: string; dueAt: Date } }) {
  const words = useTexts().leaving.move;
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="200">
        <p role="alert" suppressHydrationWarning>
          {words.notice({ at: format.clock(notice.dueAt) })}
        </p>
        <div className="acts">
          <KeepHere moveId={notice.id} />
        </div>
      </BlockStack>
    </Card>
  );
}
