/** A value from the wire as words: what is neither text nor number is shown as it was sent. */
export const words = (value: unknown): string => {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
};
