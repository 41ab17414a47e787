/** The part of pngjs that is used; the package brings no types. */
declare module 'pngjs' {
  export class PNG {
    constructor(options: { width: number; height: number });
    width: number;
    height: number;
    /** RGBA, 8 bits each. */
    data: Buffer;
    static sync: {
      read(file: Buffer): { width: number; height: number; data: Buffer };
      write(image: PNG): Buffer;
    };
  }
}
