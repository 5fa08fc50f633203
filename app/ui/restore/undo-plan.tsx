import { Form } from "@remix-run/react";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type Undo = { items: number; touched: { id: string; title: string; sku: string }[]; rules: boolean };

/** Taking an approved change back: all that nothing newer touched together, the rest one by one. Each leads to a look first. */
export function UndoPlan(props: { undo: Undo; busy: boolean }) {
  const { undo, busy } = props;
  const words = useTexts().restore.undo;
  const format = useFormat();
  return (
    <div className="toolbar">
      {(undo.items > 0 || undo.rules) && (
        <Form method="post" className="edit-row">
          <button type="submit" name="do" value="undo" className="chip" disabled={busy}>
            {words.all({ n: undo.items, text: format.number(undo.items) })}
          </button>
          <span className="quiet">{words.note}</span>
        </Form>
      )}
      {undo.touched.length > 0 && (
        <div>
          <p>{words.touched}</p>
          <ul className="plain-list">
            {undo.touched.map((item) => (
              <li key={item.id} className="phone-row-head">
                <span>
                  {item.title} <span className="quiet">{item.sku}</span>
                </span>
                <Form method="post">
                  <input type="hidden" name="itemId" value={item.id} />
                  <button
                    type="submit"
                    name="do"
                    value="undo"
                    className="plain-button"
                    disabled={busy}
                    aria-label={words.oneLabel({ title: item.title })}
                  >
                    {words.one}
                  </button>
                </Form>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
