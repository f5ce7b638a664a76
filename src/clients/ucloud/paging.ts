/** Lists come a page at a time; UCloud gives 20 unless told, 100 at most. */
export interface Paging {
  Limit?: number;
  Offset?: number;
}

export interface Listed {
  readonly TotalCount?: number;
}

const PAGE = 100;
/** Ten thousand things of one kind: a service that ignores Offset would never end otherwise. */
const MOST_PAGES = 100;

/** Everything of a list: asks for page after page until one is not full. */
export async function everyPage<Item>(ask: (page: Required<Paging>) => Promise<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const items = await ask({ Limit: PAGE, Offset: page * PAGE });
    all.push(...items);
    if (items.length < PAGE) break;
  }
  return all;
}
