/** How well white text can be read on a color. */

/**
 * WCAG 2.2, "contrast ratio": (L1 + 0.05) / (L2 + 0.05), from 1 to 21.
 * @param color `#rrggbb`
 */
export function contrastWithWhite(color: string): number {
  return 1.05 / (relativeLuminance(color) + 0.05);
}

/** WCAG 2.2, "relative luminance": L = 0.2126 R + 0.7152 G + 0.0722 B, of sRGB. */
function relativeLuminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
