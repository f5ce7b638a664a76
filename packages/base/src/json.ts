/** What JSON can say. No `Secret` is among it, nor any other object with a class. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
