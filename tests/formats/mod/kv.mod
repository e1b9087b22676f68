: Delayed rectifier of a cortical cell, rates measured at 23 degC and
: sped up by a Q10; conductance in pS/um2.
NEURON {
    SUFFIX kv
    USEION k READ ek WRITE ik
    RANGE gbar, gk
    GLOBAL Ra, Rb, q10, temp, tadj
}
UNITS { (mA) = (milliamp) (mV) = (millivolt) (pS) = (picosiemens) (um) = (micron) }
PARAMETER {
    gbar = 5 (pS/um2)
    tha = 25 (mV)   : half of the opening rate
    qa = 9 (mV)
    Ra = 0.02 (/mV/ms)
    Rb = 0.002 (/mV/ms)
    temp = 23 (degC)
    q10 = 2.3 (1)
    v (mV)
}
ASSIGNED {
    a (/ms) b (/ms) ik (mA/cm2) gk (pS/um2) ek (mV)
    ninf ntau (ms) tadj celsius (degC)
}
STATE { n }
INITIAL {
    tadj = q10^((celsius - temp)/10)
    rates(v)
    n = ninf
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    gk = gbar*n
    ik = (1e-4) * gk * (v - ek)
}
DERIVATIVE states {
    rates(v)
    n' = (ninf - n)/ntau
}
PROCEDURE rates(v (mV)) {
    a = trap0(v, tha, Ra, qa)
    b = trap0(-v, -tha, Rb, qa)
    ntau = 1/tadj/(a + b)
    ninf = a/(a + b)
}
FUNCTION trap0(v (mV), th (mV), a (/mV/ms), q (mV)) (/ms) {
    if (fabs((v - th)/q) > 1e-6) {
        trap0 = a*(v - th)/(1 - exp(-(v - th)/q))
    } else {
        trap0 = a*q
    }
}
