/** Four shelves of equal fill: the same number on four channels. */
export function LogoMark() {
  return (
    <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true" focusable="false">
      <path d="M2 3v21M24 3v21" stroke="currentColor" strokeWidth="2" />
      {[5, 10.5, 16, 21.5].map((y) => (
        <g key={y}>
          <rect x="5" y={y - 2.5} width="11" height="3.5" fill="#c8641f" />
          <path d={`M3 ${y + 1.75}h20`} stroke="currentColor" strokeWidth="1.5" />
        </g>
      ))}
    </svg>
  );
}
