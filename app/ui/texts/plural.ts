/** "1 item", "2 items"; `text` is the number as it should be written, where that differs from its digits. */
export function count(n: number, one: string, many: string, text: string = String(n)): string {
  return `${text} ${n === 1 ? one : many}`;
}
