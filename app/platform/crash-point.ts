/**
 * Named places in our own code at which a test, or a developer, lets the process die as if the power had failed. `armed` is
 * "name:n": the n-th visit of that place kills; null arms nothing.
 */
export function createCrashPoint(armed: string | null, die: () => void): (name: string) => void {
  if (armed === null) return () => {};
  const at = armed.lastIndexOf(":");
  const wanted = armed.slice(0, at);
  let left = Number(armed.slice(at + 1));
  return (name) => {
    if (name !== wanted) return;
    left -= 1;
    if (left === 0) die();
  };
}
