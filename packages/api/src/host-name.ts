/** @returns the host of a URL; an IPv6 address without the brackets that it has there (RFC 3986 §3.2.2) */
export const hostNameOf = (url: URL | string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');
