/* vocabulary.h: what the benches' products are called. Nouns stand in groups of ten, one group per category.
 */
#ifndef VITRINE_TESTS_BENCH_VOCABULARY_H
#define VITRINE_TESTS_BENCH_VOCABULARY_H

static const char *const categories[] = {
    "Kitchen", "Table",	 "Garden", "Lighting", "Textiles", "Stationery", "Books", "Music",
    "Coffee",  "Pantry", "Toys",   "Cycling",  "Outdoor",  "Workshop",	 "Bath",  "Jewellery",
};

static const char *const nouns[] = {
    "kettle", "pan", "colander", "ladle", "grater", "whisk", "casserole", "skillet", "peeler", "strainer",
    "plate", "bowl", "carafe", "goblet", "cutlery", "napkin", "trivet", "platter", "teapot", "saucer",
    "spade", "trowel", "secateurs", "planter", "sieve", "hose", "rake", "dibber", "bulb", "trellis",
    "lamp", "lantern", "sconce", "candle", "chandelier", "lampshade", "torch", "spotlight", "pendant", "dimmer",
    "blanket", "cushion", "curtain", "towel", "quilt", "rug", "tablecloth", "throw", "pillowcase", "scarf",
    "notebook", "pencil", "envelope", "stapler", "calendar", "fountainpen", "eraser", "ruler", "inkwell", "folder",
    "atlas", "novel", "anthology", "dictionary", "biography", "almanac", "cookbook", "memoir", "guidebook", "verse",
    "guitar", "ukulele", "tambourine", "metronome", "recorder", "harmonica", "songbook", "drumstick", "violin", "bow",
    "espresso", "filter", "grinder", "beans", "tamper", "cup", "dripper", "roaster", "thermos", "cezve",
    "honey", "pasta", "olives", "vinegar", "mustard", "chutney", "biscuits", "chocolate", "saffron", "tea",
    "puzzle", "kite", "marbles", "puppet", "yoyo", "rocket", "blocks", "doll", "train", "dominoes",
    "saddle", "pedal", "bell", "helmet", "pannier", "mudguard", "chain", "spokes", "handlebar", "pump",
    "tent", "hammock", "compass", "rucksack", "flask", "stove", "poncho", "binoculars", "whistle", "gaiters",
    "hammer", "chisel", "plane", "clamp", "screwdriver", "workbench", "saw", "file", "mallet", "vice",
    "soap", "sponge", "mirror", "brush", "bathmat", "comb", "razor", "shampoo", "loofah", "basin",
    "ring", "bracelet", "necklace", "earrings", "brooch", "cufflinks", "locket", "anklet", "tiara", "charm",
};

static const char *const adjectives[] = {
    "small",	"large",  "heavy",   "light",	"round",   "square",  "tall",	 "folding", "striped",	"spotted",
    "painted",	"glazed", "woven",   "carved",	"antique", "modern",  "rustic",	 "slender", "sturdy",	"portable",
    "foldable", "double", "single",  "quiet",	"bright",  "matt",    "polished", "brushed", "enamelled", "lacquered",
    "handmade", "vintage", "classic", "nordic", "coastal", "alpine",  "everyday", "festive", "waterproof", "stackable",
};

static const char *const materials[] = {
    "oak",    "walnut", "beech",   "bamboo", "cork",  "linen", "cotton", "wool",    "silk",  "felt",
    "copper", "brass",	"steel",   "iron",   "glass", "clay",  "stone",	 "ceramic", "paper", "leather",
    "maple",  "cedar",	"ash",	   "rattan", "jute",  "hemp",  "velvet", "canvas",  "tin",   "silver",
};

static const char *const colours[] = {
    "black", "white", "red",  "blue",  "green", "yellow", "orange", "purple", "brown", "grey",
    "teal",  "navy",  "rose", "cream", "amber", "indigo", "ochre",  "olive",  "coral", "charcoal",
};

/* Put together, these name makers: some three thousand. */
static const char *const first_syllables[] = {
    "al", "bor", "cal", "dal", "el", "fen", "gar", "hal", "is", "jor", "kel", "lor", "mar", "nor", "or", "pel",
};
static const char *const second_syllables[] = {
    "a", "be", "da", "go", "hi", "ka", "li", "mo", "na", "pe", "ri", "sa", "to", "va",
};
static const char *const last_syllables[] = {
    "berg", "dahl", "feld", "gard", "holm", "lund", "mark", "ness", "quist", "rup", "sund", "tor", "vik", "wald",
};

static const char *const phrases[] = {
    "Made to last for years",
    "Wipes clean with a damp cloth",
    "Fits in any drawer",
    "Comes in a box of recycled card",
    "A present that nobody has yet",
    "Designed together with people who use it daily",
    "Each piece differs a little from the next",
    "Spare parts can be had for twenty years",
    "Tested in our own workshop",
    "Looks well on a shelf beside others",
    "Weighs less than it seems",
    "Best kept out of direct sunlight",
    "Goes with everything we sell",
    "Made in small series by hand",
    "Ready for use within a minute",
    "Not to be left in the rain",
};

#endif
