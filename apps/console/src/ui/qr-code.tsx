/** The link as a QR code. */
import { qrPath } from '@sower/look/qr-path';
import { useEffect, useMemo, useRef } from 'react';

export function QrCode({ link, label }: { link: string; label: string }) {
  const { path, side } = useMemo(() => qrPath(link), [link]);
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
