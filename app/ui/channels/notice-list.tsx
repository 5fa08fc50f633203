import { BlockStack, Card, Text } from "@shopify/polaris";
import { Moment, useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type Notice = { id: string; operation: string; kind: string; text: string; endsAt: Date | null; lastAt: Date };

/** What the platform says of its own interface: for engineers, folded away, since the seller can do nothing about it. */
export function NoticeList(props: { notices: Notice[] }) {
  const words = useTexts().channels.notices;
  const format = useFormat();
  if (props.notices.length === 0) return null;
  return (
    <Card>
      <details>
        <summary>
          <Text as="span" variant="headingMd">
            {words.title({ n: props.notices.length })}
          </Text>
        </summary>
        <BlockStack gap="200">
          <p className="quiet">{words.why}</p>
          <ul className="plain-list">
            {props.notices.map((notice) => (
              <li key={notice.id} className="need">
                <span>
                  {words.kind[notice.kind] ?? notice.kind}: {notice.operation}. <span className="quiet">{notice.text}</span>
                  {notice.endsAt && <span> {words.ends({ at: format.day(notice.endsAt) })}</span>}
                </span>
                <span className="quiet">
                  <Moment at={notice.lastAt} />
                </span>
              </li>
            ))}
          </ul>
        </BlockStack>
      </details>
    </Card>
  );
}
