"""Linear algebra at 50 digits by mpmath, rounded once: LAPACK's last bits are those of the BLAS behind it."""
import mpmath
import numpy as np

mpmath.mp.dps = 50


def _extended(x):
    return np.longdouble(mpmath.nstr(x, 30))


def _exact(x):
    """A float of NumPy's, longdouble included, as it is: in two parts that doubles hold."""
    high = float(x)
    return mpmath.mpf(high) + mpmath.mpf(float(x - np.longdouble(high)))


def _matrix(a):
    is_complex = np.iscomplexobj(a)
    return mpmath.matrix([[mpmath.mpc(_exact(v.real), _exact(v.imag)) if is_complex else _exact(np.longdouble(v)) for v in row] for row in a])


def _array(m, is_complex=False):
    if not is_complex:
        return np.array([[_extended(m[i, j]) for j in range(m.cols)] for i in range(m.rows)], np.longdouble).reshape(m.rows, m.cols)
    parts = [[_extended(mpmath.re(m[i, j])) + np.clongdouble(1j) * _extended(mpmath.im(m[i, j])) for j in range(m.cols)] for i in range(m.rows)]
    return np.array(parts, np.clongdouble)


def det(a):
    return float(mpmath.det(_matrix(a)))


def inverse(a):
    """Of a matrix, real or complex, or of a batch of real ones; longdouble."""
    if a.ndim > 2:
        return np.array([inverse(matrix) for matrix in a])
    return _array(_matrix(a)**-1, np.iscomplexobj(a))


def svd(a):
    """The reduced U, the singular values, V transposed; longdouble."""
    wide = a.shape[0] < a.shape[1]  # mpmath wants at least as many rows as columns
    u, s, vh = mpmath.svd_r(_matrix(a.T if wide else a))
    u, s, vh = _array(u), np.array([_extended(v) for v in s]), _array(vh)
    return (vh.T, s, u.T) if wide else (u, s, vh)
