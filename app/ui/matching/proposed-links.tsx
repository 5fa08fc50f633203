import { Link, useFetcher } from "@remix-run/react";
import { useEffect, useState } from "react";
import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { ConfirmModal, useToast } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { UnlinkedRow } from "./unlinked-row.ts";

export type LinksDid = { did: "linked" | "refused" | "proposed"; listings: number } | { did: "moved" };

/** Ticked rows are linked or turned down; what follows stands in each. `all`: how many there are in the whole view; null = not offered. */
export function ProposedLinks(props: { rows: UnlinkedRow[]; all: number | null }) {
  const { rows, all } = props;
  const words = useTexts().matching;
  const format = useFormat();
  const front = useFront();
  const toast = useToast();
  const fetcher = useFetcher<LinksDid>();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [count, setCount] = useState(true);
  const [asking, setAsking] = useState(false);
  const did = fetcher.data;
  useEffect(() => {
    if (did === undefined || did.did === "moved") return;
    setTicked(new Set());
    toast({ text: did.did === "proposed" ? words.proposed : words[did.did]({ n: did.listings }) });
  }, [did, toast, words]);
  const busy = fetcher.state !== "idle" || !front.mayChange;
  const mine = rows.filter((row) => ticked.has(row.id));
  const sold = (mine.length > 0 ? mine : rows).reduce((sum, row) => sum + row.sold, 0);
  const send = (what: string, more: Record<string, string> = {}) => {
    const form = new FormData();
    form.set("do", what);
    if (count) form.set("count", "yes");
    for (const [name, value] of Object.entries(more)) form.set(name, value);
    for (const row of mine) form.append("id", row.id);
    fetcher.submit(form, { method: "post" });
  };
  const toggle = (id: string) => {
    const next = new Set(ticked);
    if (!next.delete(id)) next.add(id);
    setTicked(next);
  };
  if (rows.length === 0) return <WhatNext did={did} />;
  const figures = { n: mine.length, text: format.number(mine.length) };
  return (
    <>
      <WhatNext did={did} />
      {did?.did === "moved" && (
        <p role="alert" className="toolbar field-error">
          {words.moved}
        </p>
      )}
      <ProposedTable
        rows={rows}
        ticked={ticked}
        onToggle={toggle}
        onAll={(on) => setTicked(new Set(on ? rows.map((row) => row.id) : []))}
      />
      <div className="sticky-foot">
        <span className="quiet" aria-live="polite">
          {sold > 0 ? (
            <label>
              <input type="checkbox" checked={count} disabled={busy} onChange={(event) => setCount(event.target.checked)} />{" "}
              {words.count({ n: sold, text: format.number(sold) })}
            </label>
          ) : (
            mine.length === 0 && words.pick
          )}
        </span>
        <button type="button" className="chip" disabled={busy || mine.length === 0} onClick={() => send("refuse")}>
          {words.refuse(figures)}
        </button>
        {all !== null && all > rows.length && (
          <button type="button" className="chip" disabled={busy} onClick={() => setAsking(true)}>
            {words.acceptAll({ text: format.number(all) })}
          </button>
        )}
        <button type="button" className="chip" aria-pressed="true" disabled={busy || mine.length === 0} onClick={() => send("accept")}>
          {words.accept(figures)}
        </button>
      </div>
      <ConfirmModal
        open={asking}
        title={words.confirm.title({ text: format.number(all ?? 0) })}
        body={words.confirm.body}
        confirm={words.confirm.yes}
        cancel={words.confirm.no}
        onConfirm={() => {
          setAsking(false);
          send("accept-all", { n: String(all) });
        }}
        onCancel={() => setAsking(false)}
      />
    </>
  );
}

/** After linking: the way to the look that is still to come. */
function WhatNext(props: { did: LinksDid | undefined }) {
  const { matching: words, frame } = useTexts();
  const front = useFront();
  if (props.did?.did !== "linked" || props.did.listings === 0) return null;
  return (
    <p className="toolbar" role="status">
      {words.next} <Link to={front.to("/channels")}>{frame.nav.channels}</Link>
    </p>
  );
}

type TableProps = { rows: UnlinkedRow[]; ticked: ReadonlySet<string>; onToggle: (id: string) => void; onAll: (on: boolean) => void };

function ProposedTable(props: TableProps) {
  const { rows, ticked } = props;
  const { matching: words, numbers } = useTexts();
  const format = useFormat();
  const front = useFront();
  const name = useChannelName();
  const figure = (n: number | null) => (n === null ? numbers.unknown : format.number(n));
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <caption className="is-hidden">{words.table}</caption>
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label={words.takeAll}
                disabled={!front.mayChange}
                checked={rows.every((row) => ticked.has(row.id))}
                onChange={(event) => props.onAll(event.target.checked)}
              />
            </th>
            <th scope="col">{words.columns.listing}</th>
            <th scope="col">{words.columns.item}</th>
            <th scope="col">{words.columns.effect}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <input
                  type="checkbox"
                  checked={ticked.has(row.id)}
                  disabled={!front.mayChange}
                  aria-label={words.takeLabel({ title: row.title })}
                  onChange={() => props.onToggle(row.id)}
                />
              </td>
              <td>
                {row.title} <span className="quiet">{row.sku}</span>
                <br />
                <span className="quiet">
                  {name(row.channel, row.connectionName)} · {words.shows({ n: figure(row.shown) })}
                </span>
              </td>
              <td>
                {row.item && <Link to={front.to(`/inventory/items/${row.item.id}`)}>{row.item.title}</Link>}
                <br />
                <span className="quiet">{row.item && words.available({ n: format.number(row.item.available) })}</span>
              </td>
              <td>
                {row.item?.available === row.shown
                  ? words.effect.same
                  : words.effect.would({
                      ...{ from: figure(row.shown), to: figure(Math.max(0, row.item?.available ?? 0)) },
                      channel: name(row.channel),
                    })}
                {row.twins > 0 && <p>{words.effect.twin({ n: row.twins })}</p>}
                {row.sold > 0 && <p>{words.effect.sold({ n: row.sold })}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
