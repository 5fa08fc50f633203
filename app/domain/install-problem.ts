/** What can stop a Shopify shop from coming in, as a closed list; the first page says each in a sentence of its own. */
export const INSTALL_PROBLEMS = ["refused", "missing-scopes", "other-shop"] as const;
export type InstallProblem = (typeof INSTALL_PROBLEMS)[number];

export function isInstallProblem(text: string | null): text is InstallProblem {
  return (INSTALL_PROBLEMS as readonly (string | null)[]).includes(text);
}
