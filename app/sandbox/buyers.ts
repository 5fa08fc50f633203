/**
 * Invented buyers. Every string carries BUYERMARK, so that a test can search everything the product stores, logs or shows and
 * prove that no buyer's datum came through the door.
 */
import type { Random } from "./random.ts";

const FIRST = ["Ada", "Bruno", "Chiara", "Dario", "Edda", "Finn", "Greta", "Hugo"];
const LAST = ["Winter", "Moreau", "Lindqvist", "Okafor", "Brandt", "Castello"];
const STREETS = ["Harbour Lane", "Mill Road", "Orchard Street", "Station Square"];
const CITIES = ["Northhaven", "Little Ford", "Eastbrook"];

export type Buyer = { name: string; email: string; phone: string; street: string; city: string; zip: string; note: string };

export function inventBuyer(random: Random): Buyer {
  const pick = (from: string[]) => from[Math.floor(random.next() * from.length)]!;
  const number = 1000 + Math.floor(random.next() * 9000);
  return {
    name: `${pick(FIRST)} BUYERMARK-${number} ${pick(LAST)}`,
    email: `BUYERMARK.${number}@mail.invalid`,
    phone: `+00 BUYERMARK ${number}`,
    street: `${number % 200} BUYERMARK ${pick(STREETS)}`,
    city: `BUYERMARK ${pick(CITIES)}`,
    zip: `BUYERMARK-${number}`,
    note: `BUYERMARK please ring at door ${number}`,
  };
}
