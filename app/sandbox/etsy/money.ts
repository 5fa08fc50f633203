/** Etsy's Money: an integer amount and the number to divide it by. The divisor is 100 for every currency simulated here. */
export const DIVISOR = 100;

export type Money = { amount: number; divisor: number; currency_code: string };

export function money(amountMinor: number, currency: string): Money {
  return { amount: amountMinor, divisor: DIVISOR, currency_code: currency };
}
