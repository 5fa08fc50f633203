/** SQL about a movement `m`: whether it can be taken back by itself now (domain/undoing.ts says the same with its reasons), and what took it back. */

const STANDS = `m.on_hand_delta + coalesce((select sum(t.units) from takeback t where t.root_id = m.id), 0) <> 0`;
const BY_HAND = `m.order_id is null and m.kind in ('adjustment', 'outside-edit', 'count', 'import', 'delivery')`;
const LAST_TAKING = `exists (select from takeback t where t.movement_id = m.id and not t.by_order
  and not exists (select from takeback n where n.root_id = t.root_id and (n.recorded_at, n.id) > (t.recorded_at, t.id)))`;

export const CAN_UNDO = `(${BY_HAND} and ${STANDS} or m.kind = 'undo' and ${LAST_TAKING})`;

export const UNDONE_BY = `case when m.kind in ('undo', 'restore') then (select u.id from movement u where u.undoes = m.id and u.seller_id = m.seller_id order by u.recorded_at desc limit 1)
  when not (${STANDS}) then (select t.movement_id from takeback t where t.root_id = m.id order by t.recorded_at desc, t.id desc limit 1) end`;
