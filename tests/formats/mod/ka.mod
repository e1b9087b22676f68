TITLE A-type potassium current in the style of the nineties
NEURON { SUFFIX ka USEION k READ ek WRITE ik RANGE gkabar, inact }
UNITS { (mA) = (milliamp) (mV) = (millivolt) }
INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) }
PARAMETER {
    v (mV)
    celsius = 35 (degC)
    dt (ms)
    ek = -85 (mV)
    gkabar = 0.0477 (mho/cm2)
    vhalf = -27.2 (mV)
}
STATE { n l }
ASSIGNED { ik (mA/cm2) ninf linf taun (ms) taul (ms) nexp lexp inact }
BREAKPOINT {
    SOLVE states
    ik = gkabar*n^4*l*(v - ek)
}
INITIAL { rate(v) n = ninf l = linf }
PROCEDURE states() { : exact for constant rates
    rate(v)
    n = n + nexp*(ninf - n)
    l = l + lexp*(linf - l)
}
PROCEDURE rate(v (mV)) { LOCAL a
    TABLE ninf, nexp, linf, lexp DEPEND dt FROM -100 TO 100 WITH 200
    a = (v - vhalf)/16.4
    ninf = 1/(1 + exp(-a))
    taun = 0.37 + 1/(exp((v + 40.4)/19.7) + exp(-(v + 69)/12.7))
    nexp = 1 - exp(-dt/taun)
    linf = 1/(1 + exp((v + 66)/6.5))
    if (v < -63) {
        taul = 1/(exp((v + 46)/5) + exp(-(v + 238)/37.5))
    } else {
        taul = 19
    }
    lexp = 1 - exp(-dt/taul)
}
