/** The link as a QR code, drawn here: the server sends no picture. */
import { encodeQR } from 'qr';
import { useEffect, useMemo, useRef } from 'react';

/** White around it, in modules (ISO/IEC 18004 §6.3.8). */
const QUIET = 4;

export function QrCode({ link, label }: { link: string; label: string }) {
  const { path, side } = useMemo(() => draw(link), [link]);
  const image = useRef<SVGSVGElement>(null);
  // All of it, even if the window is low: half a QR code cannot be scanned.
  useEffect(() => {
    image.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <svg
      ref={image}
      className="sower-qr-image"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function draw(link: string): { path: string; side: number } {
  const rows = encodeQR(link, 'raw', { ecc: 'medium', border: QUIET });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { path, side: rows.length };
}
