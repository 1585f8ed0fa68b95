//! Brand strings of real CPUs, clouds and emulators.

use super::*;

/// The string is what CPUID 0x80000002-4 or /proc/cpuinfo shows; empty: not to be told.
fn check(generation_name: &str, brands: &[&str]) {
    for brand in brands {
        let found = generation(brand).map_or("", |g| g.name);
        assert_eq!(found, generation_name, "{brand}");
    }
}

#[test]
fn xeons_with_four_digits_tell_their_generation() {
    check(
        "Skylake-SP",
        &[
            "Intel(R) Xeon(R) Bronze 3104 CPU @ 1.70GHz",
            "Intel(R) Xeon(R) Silver 4108 CPU @ 1.80GHz",
            "Intel(R) Xeon(R) Gold 5118 CPU @ 2.30GHz",
            "Intel(R) Xeon(R) Gold 6138P CPU @ 2.00GHz",
            "Intel(R) Xeon(R) Gold 6140 CPU @ 2.30GHz",
            "Intel(R) Xeon(R) Platinum 8160M CPU @ 2.10GHz",
            "Intel(R) Xeon(R) Platinum 8171M CPU @ 2.60GHz",
            "Intel(R) Xeon(R) Platinum 8175M CPU @ 2.50GHz",
            "Intel(R) Xeon(R) D-2183IT CPU @ 2.20GHz",
            "Intel(R) Xeon(R) W-2155 CPU @ 3.30GHz",
            "Intel(R) Xeon(R) W-3175X CPU @ 3.10GHz",
        ],
    );
    check(
        "Cascade Lake",
        &[
            "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz",
            "Intel(R) Xeon(R) Gold 6258R CPU @ 2.70GHz",
            "Intel(R) Xeon(R) Gold 5218N CPU @ 2.30GHz",
            "Intel(R) Xeon(R) Gold 6212U CPU @ 2.40GHz",
            "Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz",
            "Intel(R) Xeon(R) Platinum 8272CL CPU @ 2.60GHz",
            "Intel(R) Xeon(R) Platinum 9242 CPU @ 2.30GHz",
            "Intel(R) Xeon(R) W-2295 CPU @ 3.00GHz",
            "Intel(R) Xeon(R) W-3275M CPU @ 2.50GHz",
        ],
    );
    check(
        "Cooper Lake",
        &[
            "Intel(R) Xeon(R) Platinum 8380H CPU @ 2.90GHz",
            "Intel(R) Xeon(R) Platinum 8380HL CPU @ 2.90GHz",
            "Intel(R) Xeon(R) Platinum 8321HC CPU @ 1.40GHz",
            "Intel(R) Xeon(R) Platinum 8369HB CPU @ 3.30GHz",
            "Intel(R) Xeon(R) Gold 5318H CPU @ 2.50GHz",
        ],
    );
    check(
        "Ice Lake-SP",
        &[
            "Intel(R) Xeon(R) Silver 4310 CPU @ 2.10GHz",
            "Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz",
            "Intel(R) Xeon(R) Platinum 8351N CPU @ 2.40GHz",
            "Intel(R) Xeon(R) Platinum 8352Y CPU @ 2.20GHz",
            "Intel(R) Xeon(R) Platinum 8368Q CPU @ 2.60GHz",
            "Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz",
            "Intel(R) Xeon(R) D-1718T CPU @ 2.60GHz",
            "Intel(R) Xeon(R) W-3365 CPU @ 2.70GHz",
        ],
    );
    check(
        "Sapphire Rapids",
        &[
            "Intel(R) Xeon(R) Bronze 3408U",
            "Intel(R) Xeon(R) Gold 5411N",
            "Intel(R) Xeon(R) Gold 6458Q",
            "Intel(R) Xeon(R) Platinum 8480+",
            "Intel(R) Xeon(R) Platinum 8481C",
            "Intel(R) Xeon(R) Platinum 8490H",
            "Intel(R) Xeon(R) CPU Max 9480",
            "Intel(R) Xeon(R) w7-2475X",
            "Intel(R) Xeon(R) w9-3475X",
        ],
    );
    check(
        "Emerald Rapids",
        &[
            "INTEL(R) XEON(R) GOLD 6548Y+",
            "INTEL(R) XEON(R) SILVER 4514Y",
            "INTEL(R) XEON(R) PLATINUM 8592+",
            "INTEL(R) XEON(R) PLATINUM 8581C CPU @ 2.30GHz",
        ],
    );
    check(
        "Granite Rapids",
        &["Intel(R) Xeon(R) 6787P", "Intel(R) Xeon(R) 6972P", "Intel(R) Xeon(R) 6521P"],
    );
    check(
        "",
        &[
            "Intel(R) Xeon(R) 6710E",
            "Intel(R) Xeon(R) 6369P",
            "Intel(R) Xeon(R) Gold U0",
            "Intel(R) Xeon(R) CPU @ 2.20GHz",
            "Intel(R) Xeon(R) Processor @ 2.90GHz",
            "Intel(R) Xeon Phi(TM) CPU 7250 @ 1.40GHz",
            "Genuine Intel(R) CPU 0000%@",
        ],
    );
}

#[test]
fn older_and_smaller_xeons_tell_their_generation() {
    check(
        "Merom",
        &["Intel(R) Xeon(R) CPU E5335 @ 2.00GHz", "Intel(R) Xeon(R) CPU 5160 @ 3.00GHz"],
    );
    check(
        "Penryn",
        &["Intel(R) Xeon(R) CPU E5420 @ 2.50GHz", "Intel(R) Xeon(R) CPU E7450 @ 2.40GHz"],
    );
    check(
        "Nehalem",
        &["Intel(R) Xeon(R) CPU X5570 @ 2.93GHz", "Intel(R) Xeon(R) CPU X7560 @ 2.27GHz"],
    );
    check(
        "Westmere",
        &[
            "Intel(R) Xeon(R) CPU X5650 @ 2.67GHz",
            "Intel(R) Xeon(R) CPU W3680 @ 3.33GHz",
            "Intel(R) Xeon(R) CPU E7- 4870 @ 2.40GHz",
            "Intel(R) Xeon(R) CPU E7-8870 @ 2.40GHz",
        ],
    );
    check(
        "Sandy Bridge",
        &["Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz", "Intel(R) Xeon(R) CPU E31230 @ 3.20GHz"],
    );
    check(
        "Ivy Bridge",
        &[
            "Intel(R) Xeon(R) CPU E3-1230 V2 @ 3.30GHz",
            "Intel(R) Xeon(R) CPU E5-2697 v2 @ 2.70GHz",
            "Intel(R) Xeon(R) CPU E7-4890 v2 @ 2.80GHz",
        ],
    );
    check(
        "Haswell",
        &[
            "Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz",
            "Intel(R) Xeon(R) CPU E3-1265L v3 @ 2.50GHz",
        ],
    );
    check(
        "Broadwell",
        &[
            "Intel(R) Xeon(R) CPU E5-2699 v4 @ 2.20GHz",
            "Intel(R) Xeon(R) CPU E7-4850 v4 @ 2.10GHz",
            "Intel(R) Xeon(R) CPU D-1540 @ 2.00GHz",
            "Intel(R) Xeon(R) CPU D-1627 @ 2.90GHz",
        ],
    );
    check("Skylake", &["Intel(R) Xeon(R) CPU E3-1585L v5 @ 3.00GHz"]);
    check("Kaby Lake", &["Intel(R) Xeon(R) CPU E3-1505M v6 @ 3.00GHz"]);
    check("Coffee Lake", &["Intel(R) Xeon(R) E-2226G CPU @ 3.40GHz"]);
    check("Comet Lake", &["Intel(R) Xeon(R) W-1290P CPU @ 3.70GHz"]);
    check("Rocket Lake", &["Intel(R) Xeon(R) E-2356G CPU @ 3.20GHz"]);
    check("Raptor Lake", &["Intel(R) Xeon(R) E-2488"]);
    check("", &["Intel(R) Xeon(R) CPU L3406 @ 2.27GHz", "Intel(R) Xeon(R) CPU EC5549 @ 2.53GHz"]);
}

#[test]
fn core_numbers_tell_their_generation() {
    for (brand, expected) in [
        ("Intel(R) Core(TM) i7 CPU 920 @ 2.67GHz", ""),
        ("Intel(R) Core(TM) i7-870 CPU @ 2.93GHz", "Nehalem"),
        ("Intel(R) Core(TM) i5-650 CPU @ 3.20GHz", ""),
        ("Intel(R) Core(TM) i7-2600K CPU @ 3.40GHz", "Sandy Bridge"),
        ("Intel(R) Core(TM) i7-3930K CPU @ 3.20GHz", "Sandy Bridge"),
        ("Intel(R) Core(TM) i3-2100 CPU @ 3.10GHz", ""),
        ("Intel(R) Core(TM) i7-3770 CPU @ 3.40GHz", "Ivy Bridge"),
        ("Intel(R) Core(TM) i7-4930K CPU @ 3.40GHz", "Ivy Bridge"),
        ("Intel(R) Core(TM) i7-4765T CPU @ 2.00GHz", "Haswell"),
        ("Intel(R) Core(TM) i7-5820K CPU @ 3.30GHz", "Haswell"),
        ("Intel(R) Core(TM) i7-5775C CPU @ 3.30GHz", "Broadwell"),
        ("Intel(R) Core(TM) i7-6950X CPU @ 3.00GHz", "Broadwell"),
        ("Intel(R) Core(TM) i5-6600K CPU @ 3.50GHz", "Skylake"),
        ("Intel(R) Core(TM) i7-6820HQ CPU @ 2.70GHz", "Skylake"),
        ("Intel(R) Core(TM) i3-7100U CPU @ 2.40GHz", "Kaby Lake"),
        ("Intel(R) Core(TM) i7-7740X CPU @ 4.30GHz", "Kaby Lake"),
        ("Intel(R) Core(TM) i9-7900X CPU @ 3.30GHz", ""),
        ("Intel(R) Core(TM) i9-9820X CPU @ 3.30GHz", ""),
        ("Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", "Kaby Lake"),
        ("Intel(R) Core(TM) i7-8705G CPU @ 3.10GHz", "Kaby Lake"),
        ("Intel(R) Core(TM) i3-8121U CPU @ 2.20GHz", ""),
        ("Intel(R) Core(TM) i7-8565U CPU @ 1.80GHz", "Coffee Lake"),
        ("Intel(R) Core(TM) i9-9900K CPU @ 3.60GHz", "Coffee Lake"),
        ("Intel(R) Core(TM) i7-10700K CPU @ 3.80GHz", "Comet Lake"),
        ("Intel(R) Core(TM) i9-10940X CPU @ 3.30GHz", ""),
        ("Intel(R) Core(TM) i9-10980XE CPU @ 3.00GHz", ""),
        ("Intel(R) Core(TM) i7-1065G7 CPU @ 1.30GHz", "Ice Lake"),
        ("Intel(R) Core(TM) i5-L16G7 CPU @ 1.40GHz", ""),
        ("11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz", "Tiger Lake"),
        ("11th Gen Intel(R) Core(TM) i7-11800H @ 2.30GHz", "Tiger Lake"),
        ("11th Gen Intel(R) Core(TM) i9-11900KB @ 3.30GHz", "Tiger Lake"),
        ("11th Gen Intel(R) Core(TM) i7-11700K @ 3.60GHz", "Rocket Lake"),
        ("12th Gen Intel(R) Core(TM) i9-12900K", "Alder Lake"),
        ("12th Gen Intel(R) Core(TM) i3-1220P", "Alder Lake"),
        ("13th Gen Intel(R) Core(TM) i7-1360P", "Raptor Lake"),
        ("13th Gen Intel(R) Core(TM) i7-13700HX", "Raptor Lake"),
        ("Intel(R) Core(TM) i9-14900K", "Raptor Lake"),
        ("Intel(R) Core(TM) i3-N305", ""),
        ("Intel(R) Core(TM) Ultra 7 155H", ""),
        ("Intel(R) Core(TM) 7 150U", ""),
        ("Intel(R) Pentium(R) CPU G4400 @ 3.30GHz", ""),
        ("Intel(R) Celeron(R) CPU 900 @ 2.20GHz", ""),
    ] {
        check(expected, &[brand]);
    }
}

#[test]
fn amd_numbers_tell_their_generation() {
    check("K8 rev F", &["Dual-Core AMD Opteron(tm) Processor 2218"]);
    check(
        "K10",
        &[
            "Quad-Core AMD Opteron(tm) Processor 2378",
            "Six-Core AMD Opteron(tm) Processor 2431",
            "AMD Opteron(tm) Processor 4176 HE",
            "AMD Opteron(tm) Processor 6168",
        ],
    );
    check("Bulldozer", &["AMD Opteron(TM) Processor 6238", "AMD Opteron(tm) Processor 3280"]);
    check("Piledriver", &["AMD Opteron(tm) Processor 6380", "AMD Opteron(tm) Processor 4332 HE"]);
    check(
        "Zen",
        &[
            "AMD EPYC 7551P 32-Core Processor",
            "AMD EPYC 7571",
            "AMD Ryzen 7 1800X Eight-Core Processor",
        ],
    );
    check("Zen+", &["AMD Ryzen 7 2700X Eight-Core Processor"]);
    check(
        "Zen 2",
        &[
            "AMD EPYC 7742 64-Core Processor",
            "AMD EPYC 7R32",
            "AMD EPYC 7B12",
            "AMD EPYC 7H12 64-Core Processor",
            "AMD EPYC 7V12 64-Core Processor",
            "AMD Ryzen Threadripper PRO 3955WX 16-Cores",
        ],
    );
    check(
        "Zen 3",
        &[
            "AMD EPYC 7763 64-Core Processor",
            "AMD EPYC 75F3 32-Core Processor",
            "AMD EPYC 7773X 64-Core Processor",
            "AMD EPYC 7R13 Processor",
            "AMD EPYC 7B13",
            "AMD EPYC 7Y83 64-Core Processor",
        ],
    );
    check(
        "Zen 4",
        &[
            "AMD EPYC 9654 96-Core Processor",
            "AMD EPYC 9B14",
            "AMD EPYC 9R14",
            "AMD EPYC 9V74 80-Core Processor",
            "AMD EPYC 8324P 32-Core Processor",
        ],
    );
    check(
        "Zen 5",
        &["AMD EPYC 9655 96-Core Processor", "AMD EPYC 9575F 64-Core Processor", "AMD EPYC 9B45"],
    );
    check("Zen 3", &["AMD Ryzen Threadripper PRO 5955WX 16-Cores"]);
    check("Zen 3 client", &["AMD Ryzen 9 5950X 16-Core Processor"]);
    check(
        "Zen 4 client",
        &["AMD EPYC 4244P 6-Core Processor", "AMD Ryzen 9 7950X3D 16-Core Processor"],
    );
    check(
        "Zen 5 client",
        &["AMD EPYC 4565P 16-Core Processor", "AMD Ryzen 7 9800X3D 8-Core Processor"],
    );
    check(
        "",
        &[
            "AMD EPYC",
            "AMD EPYC 9V33X 96-Core Processor",
            "AMD EPYC Embedded 3255 8-Core Processor",
            "AMD EPYC-Rome Processor",
            "AMD Ryzen 5 2400G with Radeon Vega Graphics",
            "AMD Ryzen 7 7735HS with Radeon Graphics",
            "AMD Ryzen AI 9 HX 370 w/ Radeon 890M",
            "AMD Opteron(tm) X3216 APU",
            "Dual Core AMD Opteron(tm) Processor 165",
            "AMD Opteron 63xx class CPU",
        ],
    );
}

#[test]
fn invented_brands_tell_nothing() {
    check(
        "",
        &[
            "Intel Xeon Processor (Skylake, IBRS)",
            "Intel Xeon E312xx (Sandy Bridge)",
            "Westmere E56xx/L56xx/X56xx (Nehalem-C)",
            "Intel Core i7 9xx (Nehalem Class Core i7)",
            "Intel Core Processor (Broadwell)",
            "QEMU TCG CPU version 2.5+",
            "",
        ],
    );
}

#[test]
fn hostile_brands_do_not_panic() {
    for brand in [
        "Intel Xeon",
        "Intel Xeon Gold",
        "Intel Xeon Gold é123",
        "Intel Xeon 6é",
        "Intel Xeon 6123é",
        "Intel Xeon w9-é",
        "Intel Xeon Eé12",
        "Intel Xeon Max",
        "AMD EPYC é€7",
        "Intel i3-é",
        "Intel i3-1é",
        "Intel i7-1234é",
        "Intel i9-99999999999999999999",
        "AMD Opteron 6",
        "Intel Xeon CPU",
        "AMD Ryzen 1234é",
    ] {
        assert!(generation(brand).is_none(), "{brand}");
    }
}
