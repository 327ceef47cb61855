"""The nouns: plain, frozen data that the stages hand to each other. Nothing here reads, writes or decides."""
