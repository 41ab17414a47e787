/**
 * The parameters in the address as they are now. What a list was last drawn with may be older: anyone who chooses twice in a moment would lose the
 * first choice.
 */
export const parametersNow = (): URLSearchParams => new URLSearchParams(window.location.search);
