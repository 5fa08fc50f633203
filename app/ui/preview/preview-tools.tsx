import { useSearchParams } from "@remix-run/react";
import { useChannelName } from "../channel-badge.tsx";
import { DownloadFile } from "../download-file.tsx";
import { useFormat } from "../format.tsx";
import { Choice, SearchField, Views } from "../list-tools.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { DiffRow } from "./preview-table.tsx";

const CHANGES: readonly DiffRow["change"][] = ["to-zero", "down", "from-zero", "up", "same"];
/** What the address keeps when one choice of the list changes. */
const KEEP = ["only", "q", "sort", "channel", "preview"];
const others = (name: string) => KEEP.filter((k) => k !== name);

type PreviewToolsProps = {
  counts: Record<DiffRow["change"], number>;
  change: DiffRow["change"] | null;
  sort: string;
  channel: string | null;
  channels: string[];
  /** Address of the file with every row of this view. */
  file: string;
};

/** Narrow, search, order and take along: the same above every diff. */
export function PreviewTools(props: PreviewToolsProps) {
  const { counts } = props;
  const words = useTexts().preview;
  const format = useFormat();
  const name = useChannelName();
  const [params] = useSearchParams();
  const changing = counts["to-zero"] + counts.down + counts["from-zero"] + counts.up;
  const file = new URLSearchParams(KEEP.flatMap((k) => (params.get(k) === null ? [] : [[k, params.get(k) ?? ""]])));
  return (
    <div className="toolbar">
      <Views
        label={words.filters}
        name="only"
        plain="changes"
        chosen={props.change ?? "changes"}
        choices={[
          { value: "changes", label: words.chip({ name: words.allChanges, n: format.number(changing) }) },
          ...CHANGES.map((c) => ({ value: c, label: words.chip({ name: words.change[c], n: format.number(counts[c]) }) })),
        ]}
      />
      <SearchField label={words.search} keep={others("q")} />
      <Choice
        label={words.sort}
        name="sort"
        chosen={props.sort}
        keep={others("sort")}
        choices={Object.entries(words.sorts).map(([value, label]) => ({ value, label }))}
      />
      {props.channels.length > 1 && (
        <Choice
          label={words.columns.channel}
          name="channel"
          chosen={props.channel ?? ""}
          keep={others("channel")}
          choices={[{ value: "", label: words.allChannels }, ...props.channels.map((c) => ({ value: c, label: name(c) }))]}
        />
      )}
      <DownloadFile url={`${props.file}?${file}`} name="preview.csv" label={words.file} />
    </div>
  );
}
