import { useChannelName } from "../channel-badge.tsx";
import { NumberMark } from "../numbers/number-mark.tsx";
import type { NumberOnChannel } from "../numbers/number-on-channel.ts";
import { StatusBadge } from "../status-badge.tsx";
import { useTexts } from "../texts/texts.tsx";

/** Listings that no item stands behind: shown as they are on their channel, and left alone. */
export function UnlinkedTable(props: { listings: (NumberOnChannel & { sku: string | null })[] }) {
  const words = useTexts().inventory;
  const name = useChannelName();
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{words.columns.listing}</th>
            <th scope="col">{words.columns.channel}</th>
            <th scope="col" className="end">
              {words.columns.shown}
            </th>
            <th scope="col">{words.columns.state}</th>
          </tr>
        </thead>
        <tbody>
          {props.listings.map((listing) => (
            <tr key={listing.listingId}>
              <td>
                {listing.title} <span className="quiet">{listing.sku}</span>
              </td>
              <td>{name(listing.channel, listing.connectionName)}</td>
              <td className="end">
                <NumberMark number={listing} />
              </td>
              <td>
                <StatusBadge status={listing.status} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
