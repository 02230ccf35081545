/** A result that is shown while it is made: lines for each part of it as it comes. */
export interface Rows<Item, End> {
  /** The lines that can be printed now that there is another item. */
  add(item: Item): string[]
  /** The lines that are held back still; for a result that breaks off. */
  rest(): string[]
  /** The lines that are left when all items are there. */
  end(end: End): string[]
}
