import { RENEWAL_FEE } from "#app/domain/renewal-fee.ts";

const format = new Intl.NumberFormat("en", { style: "currency", currency: RENEWAL_FEE.currency });

/** Money of Etsy's renewals, in words. */
export const renewalMoney = (minor: number): string => format.format(minor / 100);
