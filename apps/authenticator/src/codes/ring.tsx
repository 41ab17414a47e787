/** How much is left of an interval, as a ring. It moves once a second; people who want no motion see it jump. */
const RADIUS = 15.5;
const ROUND = 2 * Math.PI * RADIUS;

export function Ring({ left, of, label }: { left: number; of: number; label: string }) {
  const spent = 1 - left / of;
  return (
    <span className={left <= 5 ? 'ring ending' : 'ring'} role="timer" aria-label={label}>
      <svg viewBox="0 0 36 36" aria-hidden="true">
        <circle className="track" cx="18" cy="18" r={RADIUS} />
        <circle
          className="left"
          cx="18"
          cy="18"
          r={RADIUS}
          strokeDasharray={ROUND}
          strokeDashoffset={ROUND * spent}
        />
      </svg>
      <span aria-hidden="true">{left}</span>
    </span>
  );
}
