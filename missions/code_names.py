"""Code names of two random words that describe nothing: for compartments, and for people whose name is not kept."""

import secrets

# Plain objects, materials and colours. No animals, places, weathers or trades: somebody could read a person into them.
FIRST = """
    amber ashen azure bamboo basalt birch blue brass brick bronze canvas carbon cedar chalk cherry chestnut clay cobalt
    copper coral cork cotton cream crimson crystal denim ebony elm emerald enamel felt fern flint glass golden granite
    graphite green grey hazel hemp indigo iron ivory jade jasper juniper khaki lacquer larch lavender leather lemon
    lilac lime linen magenta mahogany maple marble maroon mauve mint nickel nylon oak oaken ochre olive onyx opal orange
    orchid paper pearl pewter pine pink plain plum poplar porcelain purple quartz quiet rosewood round ruby russet
    saffron sand satin scarlet sepia silken silver slate small square steel stone straw tall teak teal tin topaz
    turquoise umber velvet violet walnut waxen white wicker willow wooden woollen yellow zinc
""".split()
SECOND = """
    abacus anchor apron arrow atlas awning axle ball barrel basin basket beacon beam bell belt bench blanket board bobbin
    bolt bottle bowl box bracket bridge broom brush bucket button cabinet candle carpet chair chest chisel clasp clock
    coin column comb compass cord crate crown cup curtain cushion desk dial dish dome drawer drum easel fan feather
    fiddle flask flute folder fork fountain frame funnel gate gauge globe glove goblet hammer handle harp hinge hook
    hoop jar jug kettle key kite knob ladder lamp lantern latch ledger lens lever lid lintel locket loom mallet mantle
    marker mast mat medal mirror mitten mortar mug nail needle net notebook oar paddle palette pan parasol pedal pencil
    pendulum pillar pillow pin pipe pitcher plate pocket pot prism pulley purse quill rack rail rake reel ribbon ring
    rope rudder ruler saddle sail satchel saucer scale scarf screen shelf shutter sieve sled spade spindle spool spoon
    stool strap string table tablet tassel thimble thread tile tongs top torch towel tray trellis trumpet trunk tube
    turret umbrella urn vase veil vessel wagon wallet wheel whistle window
""".split()


def two_words() -> str:
    """Return a random name such as Copper Lantern; the caller makes sure that it is not taken."""
    return f"{secrets.choice(FIRST).capitalize()} {secrets.choice(SECOND).capitalize()}"
