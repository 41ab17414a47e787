/** Whether this page is open on a phone or tablet, as far as the browser says. Only chooses words and offers a link. */
export function onPhone(): boolean {
  const hints = (navigator as { userAgentData?: { mobile?: boolean } }).userAgentData;
  return hints?.mobile === true || /Android|iPhone|iPad|iPod/.test(navigator.userAgent);
}
