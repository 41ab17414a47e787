/** What has to be typed before something is done to many: a name, or a number as it is shown, whose digits are in groups. */
export const isTypedAgain = (typed: string, asked: string): boolean =>
  typed.trim() === asked || (/^\d+$/.test(asked) && typed.replace(/[\s.,'’]/g, '') === asked);
