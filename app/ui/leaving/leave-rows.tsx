import { Link } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { useState } from "react";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { ConfirmModal } from "../kit/kit.tsx";
import { type DiffRow, PreviewTable } from "../preview/preview-table.tsx";
import { useTexts } from "../texts/texts.tsx";

export type PlanShown = {
  id: string;
  plan: "keep" | "freeze" | "zero";
  state: string;
  hash: string;
  changing: number;
  rows: DiffRow[];
  left: number;
};

/** The plan row by row, bound to what is shown; the same table as before going live. */
export function LeaveRows(props: { name: string; shown: PlanShown; busy: boolean; approve: (excluded: string[]) => void }) {
  const { shown, name } = props;
  const { leaving, preview } = useTexts();
  const words = leaving.rows;
  const front = useFront();
  const format = useFormat();
  const [excluded, setExcluded] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState(false);
  const toggle = (id: string) => {
    const next = new Set(excluded);
    if (!next.delete(id)) next.add(id);
    setExcluded(next);
  };
  const open = shown.state === "open";
  const sending = shown.changing - shown.rows.filter((row) => excluded.has(row.quantityId)).length;
  const figures = { n: sending, text: format.number(sending) };
  const summary = shown.plan === "freeze" ? words.freeze : words.zero;
  return (
    <Card padding="0">
      <div className="toolbar">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {summary({ n: shown.changing, text: format.number(shown.changing) })}
          </Text>
          <p className="quiet">{words.note}</p>
          {!open && <p role="alert">{words.gone}</p>}
        </BlockStack>
      </div>
      {open && <PreviewTable rows={shown.rows} choosing={{ left: excluded, toggle }} />}
      {open && shown.left > 0 && <p className="toolbar quiet">{preview.left({ n: format.number(shown.left) })}</p>}
      <div className="sticky-foot">
        <span>
          <Link className="chip" to="?">
            {words.other}
          </Link>
        </span>
        {open && (
          <button type="button" className="act act-critical" disabled={!front.mayChange || props.busy} onClick={() => setAsking(true)}>
            {words.approve(figures)}
          </button>
        )}
      </div>
      <ConfirmModal
        open={asking}
        title={words.confirmTitle({ name })}
        body={words.confirmBody[shown.plan](figures)}
        confirm={words.confirm({ name })}
        cancel={words.cancel}
        destructive
        onConfirm={() => {
          setAsking(false);
          props.approve([...excluded]);
        }}
        onCancel={() => setAsking(false)}
      />
    </Card>
  );
}
