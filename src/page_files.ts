/** The page's files. */
export const PAGE_FILES: readonly { path: string; text: string }[] = [];
