/** The cache of built files that the present worker does not keep any more, but kept pages still name. */
export const SHELL_BEFORE = "shell-before";
