/** A listing that no item stands behind, as the page of links shows it. */
export type UnlinkedRow = {
  id: string;
  title: string;
  sku: string | null;
  channel: string;
  connectionName: string;
  shown: number | null;
  item: { id: string; title: string; available: number } | null;
  twins: number;
  sold: number;
};
